package io.penstock.registry.signing;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.registry.RegistryFailure.ArtifactCorrupt;
import io.penstock.registry.RegistryFailure.NoFiles;
import io.penstock.registry.RegistryFailure.SignatureRefused;
import io.penstock.registry.Times;
import io.penstock.registry.artifact.Artifacts;
import io.penstock.registry.signing.Verification.FileCheck;
import io.penstock.registry.signing.Verification.SignatureCheck;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionRepository;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Signs versions and verifies them: are the files those that were registered, and who says so?
@Singleton
public final class Provenance {

  private final Jdbi jdbi;
  private final Changes changes;
  private final Artifacts artifacts;
  private final Keyring keys;

  Provenance(Jdbi jdbi, Changes changes, Artifacts artifacts, Keyring keys) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.artifacts = artifacts;
    this.keys = keys;
  }

  /// The public key of the registry.
  public EcKey key() {
    return keys.own().publicKey();
  }

  /// Signs the version with the registry's key, where its files are what they were.
  public ModelSignature sign(VersionName version, String caller) {
    requireIntact(version);
    return changes.commit(
        change -> {
          var signature = sign(change, version, caller);
          change.audit(version.toString(), facts(signature));
          return signature;
        });
  }

  /// Signs the version in a transaction whose caller has verified the files. A version that the
  /// registry has signed keeps its signature; one without files has none.
  public Optional<String> signInside(Change change, VersionName version, String caller) {
    return VersionFiles.of(change.handle(), version)
        .map(_ -> sign(change, version, caller).keyId());
  }

  private ModelSignature sign(Change change, VersionName version, String caller) {
    var manifest = manifest(change.handle(), version);
    var bundle = SignatureBundle.sign(ModelStatement.write(manifest), keys.own());
    var signature = toKeep(change, bundle, bundle.toJson(), manifest, caller);
    return ModelSignatureRepository.insert(change.handle(), version, signature)
        ? signature
        : ModelSignatureRepository.find(change.handle(), version, signature.keyId()).orElseThrow();
  }

  /// Keeps a signature that was made elsewhere by somebody who is trusted.
  public ModelSignature add(VersionName version, String json, String caller) {
    var bundle = parse(json);
    return changes.commit(
        change -> {
          VersionRepository.requireAndHold(change.handle(), version);
          var manifest = manifest(change.handle(), version);
          problem(bundle, manifest)
              .ifPresent(
                  problem -> {
                    throw new SignatureRefused(version.toString(), problem).exception();
                  });
          var signature = toKeep(change, bundle, json, manifest, caller);
          ModelSignatureRepository.insert(change.handle(), version, signature);
          change.audit(version.toString(), facts(signature));
          return ModelSignatureRepository.find(change.handle(), version, signature.keyId())
              .orElseThrow();
        });
  }

  private static SignatureBundle parse(String json) {
    try {
      return SignatureBundle.parse(json);
    } catch (IllegalArgumentException e) {
      throw InvalidArguments.of("bundle", String.valueOf(e.getMessage()));
    }
  }

  private static ModelSignature toKeep(
      Change change, SignatureBundle bundle, String json, ModelManifest manifest, String caller) {
    return new ModelSignature(
        bundle.keyId(), manifest.root().hex(), json, Times.micros(change.time()), caller);
  }

  private static Map<String, String> facts(ModelSignature signature) {
    return Map.of("key_id", signature.keyId(), "root_digest", signature.root());
  }

  private static ModelManifest manifest(Handle handle, VersionName version) {
    return VersionFiles.of(handle, version)
        .orElseThrow(() -> new NoFiles(version.toString()).exception());
  }

  /// The signatures of a version, the oldest first.
  public List<ModelSignature> list(VersionName version) {
    return jdbi.withHandle(
        handle -> {
          VersionRepository.require(handle, version);
          return ModelSignatureRepository.list(handle, version);
        });
  }

  /// Hashes every file again and verifies every signature.
  public Verification verify(VersionName version) {
    var manifest =
        jdbi.withHandle(
            handle -> {
              VersionRepository.require(handle, version);
              return VersionFiles.of(handle, version);
            });
    return manifest
        .map(files -> new Verification(check(files), check(version, files)))
        .orElseGet(() -> new Verification(List.of(), List.of()));
  }

  private List<FileCheck> check(ModelManifest manifest) {
    return manifest.files().entrySet().stream()
        .map(
            file ->
                new FileCheck(file.getKey(), file.getValue(), artifacts.verify(file.getValue())))
        .toList();
  }

  private List<SignatureCheck> check(VersionName version, ModelManifest manifest) {
    return list(version).stream()
        .map(
            signature ->
                new SignatureCheck(
                    signature.keyId(),
                    problem(SignatureBundle.parse(signature.bundle()), manifest).orElse("")))
        .toList();
  }

  // What is wrong with a signature over these files.
  private Optional<String> problem(SignatureBundle bundle, ModelManifest manifest) {
    var key = keys.trusted(bundle.keyId());
    if (key.isEmpty()) {
      return Optional.of("nobody trusts the key " + bundle.keyId());
    }
    if (!bundle.isSignedBy(key.get())) {
      return Optional.of("the signature is not that of the key " + bundle.keyId());
    }
    try {
      return ModelStatement.parse(bundle.payload()).files().equals(manifest.files())
          ? Optional.empty()
          : Optional.of("it is over other files than the version's");
    } catch (IllegalArgumentException e) {
      return Optional.of("its statement is unreadable: " + e.getMessage());
    }
  }

  /// Fails where a stored file is not what was registered.
  public Verification requireIntact(VersionName version) {
    var verification = verify(version);
    verification.files().stream()
        .filter(file -> !file.intact())
        .findFirst()
        .ifPresent(
            file -> {
              throw new ArtifactCorrupt(
                      file.digest().name(),
                      "the stored bytes of %s of %s are not those that were registered"
                          .formatted(file.path(), version))
                  .exception();
            });
    return verification;
  }
}
