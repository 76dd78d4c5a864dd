package io.penstock.registry.promotion;

import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;

/// Somebody wants a version in a stage, wherever it is now.
///
/// @param archiveExisting whether the other versions of that stage are to be archived
public record TransitionRequest(
    VersionName version, Stage target, boolean archiveExisting, String requester) {}
