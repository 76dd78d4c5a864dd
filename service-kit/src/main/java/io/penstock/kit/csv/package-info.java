/// CSV files, for those who keep them and those who compute on them alike.
@NullMarked
package io.penstock.kit.csv;

import org.jspecify.annotations.NullMarked;
