package io.penstock.registry.file;

import java.util.Optional;

/// What lies directly in a directory: a file, or a directory where there is none.
public record FolderEntry(ArtifactFilePath path, Optional<ArtifactFile> file) {}
