/// HTTP in, HTTP out: requests to messages, messages and failures to JSON. Invariant: one problem
/// shape for every failure.
@NullMarked
package io.penstock.gateway.rest;

import org.jspecify.annotations.NullMarked;
