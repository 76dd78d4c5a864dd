/// Parts that fail while the suite is in use, and come back.
@NullMarked
package io.penstock.e2e.fault;

import org.jspecify.annotations.NullMarked;
