/// What operators may change of traces and logs while the service runs. Nothing of it outlives a
/// restart: what is to last belongs into the configuration.
@NullMarked
package io.penstock.inference.settings;

import org.jspecify.annotations.NullMarked;
