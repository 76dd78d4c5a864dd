/// Signatures over the files of versions, in the format of OpenSSF model signing.
@NullMarked
package io.penstock.registry.signing;

import org.jspecify.annotations.NullMarked;
