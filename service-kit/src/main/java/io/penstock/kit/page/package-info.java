/// Lists in pages that are cut by key: a token holds the sort key of the last row seen, so a page
/// costs the same however far it lies, and rows that come or go meanwhile shift nothing.
@NullMarked
package io.penstock.kit.page;

import org.jspecify.annotations.NullMarked;
