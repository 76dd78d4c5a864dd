/// The audit log under fire, and read by an auditor who trusts none of its code.
@NullMarked
package io.penstock.e2e.audit;

import org.jspecify.annotations.NullMarked;
