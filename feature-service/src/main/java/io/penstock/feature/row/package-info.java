/// How the values of a row are stored: all of a view in one packed blob, read without an object per
/// value.
@NullMarked
package io.penstock.feature.row;

import org.jspecify.annotations.NullMarked;
