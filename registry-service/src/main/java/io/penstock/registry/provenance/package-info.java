/// What proves a version, over gRPC.
@NullMarked
package io.penstock.registry.provenance;

import org.jspecify.annotations.NullMarked;
