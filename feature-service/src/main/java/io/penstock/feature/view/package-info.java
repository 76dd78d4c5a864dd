/// Feature views: named sets of features of one entity. A version is immutable, the same schema
/// again is the same version, and a name without a version means the newest.
@NullMarked
package io.penstock.feature.view;

import org.jspecify.annotations.NullMarked;
