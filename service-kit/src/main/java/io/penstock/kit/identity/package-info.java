/// Who is calling: a JWT or an API key becomes a `Principal`, and the `Caller` travels with the
/// call.
@NullMarked
package io.penstock.kit.identity;

import org.jspecify.annotations.NullMarked;
