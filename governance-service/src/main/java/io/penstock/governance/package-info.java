/// Governance: the provable audit log, who may do what, approvals by people, and machine-checked
/// gates.
@NullMarked
@Configuration
@Requires(property = "penstock.service", value = "governance")
package io.penstock.governance;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
