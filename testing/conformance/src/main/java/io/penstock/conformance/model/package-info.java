/// The models that the cases ask for, as a repository that any server of the protocol can load.
@NullMarked
package io.penstock.conformance.model;

import org.jspecify.annotations.NullMarked;
