/// Checks what the audit log says about itself, by RFC 9162 and the C2SP note format, with nothing
/// but the JDK: no code of the log, none of the contract. What it finds right, an auditor's own
/// tools will find right.
@NullMarked
package io.penstock.demo.proof;

import org.jspecify.annotations.NullMarked;
