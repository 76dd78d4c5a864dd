/// Health and metrics over plain HTTP, for probes and scrapers.
@NullMarked
package io.penstock.kit.management;

import org.jspecify.annotations.NullMarked;
