package io.penstock.governance.access;

import io.penstock.kit.access.PermissionSet;

/// A named set of permissions, of the contract or made here.
record Role(RoleName name, String description, PermissionSet permissions) {}
