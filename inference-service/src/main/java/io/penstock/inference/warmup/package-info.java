/// What runs through a version before it takes traffic: made-up requests that its configuration
/// asks for, and some that its predecessor was sent lately.
@NullMarked
package io.penstock.inference.warmup;

import org.jspecify.annotations.NullMarked;
