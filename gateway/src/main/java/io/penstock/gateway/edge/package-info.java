/// What every call meets first: who is it, may they, how often.
@NullMarked
package io.penstock.gateway.edge;

import org.jspecify.annotations.NullMarked;
