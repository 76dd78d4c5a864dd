/// The program that says whether a server keeps the Open Inference Protocol.
@NullMarked
package io.penstock.conformance;

import org.jspecify.annotations.NullMarked;
