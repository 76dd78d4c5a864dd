/// The way from the gateway to the services: channels, deadlines, breakers.
@NullMarked
package io.penstock.gateway.forward;

import org.jspecify.annotations.NullMarked;
