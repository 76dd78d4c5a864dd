/// Bills of materials of model versions.
@NullMarked
package io.penstock.registry.bom;

import org.jspecify.annotations.NullMarked;
