/// The OpenAPI document, generated from the contract, and the page that shows it.
@NullMarked
package io.penstock.gateway.openapi;

import org.jspecify.annotations.NullMarked;
