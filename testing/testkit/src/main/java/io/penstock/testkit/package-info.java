/// What the tests of all modules share: real databases and brokers, contract kits, fakes for time,
/// architecture rules.
@NullMarked
package io.penstock.testkit;

import org.jspecify.annotations.NullMarked;
