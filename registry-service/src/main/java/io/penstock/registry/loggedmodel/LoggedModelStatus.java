package io.penstock.registry.loggedmodel;

/// How far the upload of a logged model's files has come.
public enum LoggedModelStatus {
  PENDING,
  READY,
  UPLOAD_FAILED
}
