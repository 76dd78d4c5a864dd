package io.penstock.inference.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// How a file looked: two equal stamps stand for the same content.
record FileStamp(long size, String modified, String key) {

  static FileStamp of(Path file) throws IOException {
    var attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileStamp(
        attributes.size(),
        attributes.lastModifiedTime().toString(),
        String.valueOf(attributes.fileKey()));
  }
}
