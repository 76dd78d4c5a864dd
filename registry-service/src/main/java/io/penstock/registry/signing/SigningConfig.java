package io.penstock.registry.signing;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.nio.file.Path;
import java.util.Optional;

/// The keys of signatures.
///
/// @param key PEM file of the key that the registry signs with; made where it is missing. Unset: in
///   the directory of the artifacts, which replicas share
/// @param trustedKeys directory of PEM files, each the public key of somebody whose signatures are
///   taken. Unset: nobody's but the registry's own
@ConfigurationProperties("penstock.signing")
record SigningConfig(Optional<Path> key, Optional<Path> trustedKeys) {}
