/// What a row must satisfy before it is stored. Pure: rows go in, verdicts come out.
@NullMarked
package io.penstock.feature.validation;

import org.jspecify.annotations.NullMarked;
