/// Entities: what features describe, and the name of the key that their rows go by.
@NullMarked
package io.penstock.feature.entity;

import org.jspecify.annotations.NullMarked;
