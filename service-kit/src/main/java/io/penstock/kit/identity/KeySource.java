package io.penstock.kit.identity;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;

/// Where the issuer's public keys are read from.
@FunctionalInterface
interface KeySource {

  JWKSet load() throws IOException, InterruptedException;
}
