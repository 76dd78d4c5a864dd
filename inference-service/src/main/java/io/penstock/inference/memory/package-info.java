/// Which models are in memory: measures them, keeps them within a budget, takes out what is used
/// least, and brings it back for the next request.
@NullMarked
package io.penstock.inference.memory;

import org.jspecify.annotations.NullMarked;
