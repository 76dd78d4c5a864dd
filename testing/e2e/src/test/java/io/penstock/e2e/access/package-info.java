/// Who may call what, asked of the running suite from outside.
@NullMarked
package io.penstock.e2e.access;

import org.jspecify.annotations.NullMarked;
