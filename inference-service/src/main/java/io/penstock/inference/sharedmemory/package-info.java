/// Regions of POSIX shared memory through which clients on this machine hand tensors over.
///
/// Regions are read and written by system calls and never mapped: a client that truncates a mapped
/// file would make the next access to it end this process, and one that writes while a model reads
/// would change a request under it.
@NullMarked
package io.penstock.inference.sharedmemory;

import org.jspecify.annotations.NullMarked;
