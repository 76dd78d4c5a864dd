/// Who may do what: custom roles, bindings and API keys, and the stream by which every service
/// follows them.
///
/// Every change counts up one revision in its transaction, so changes are serial and followers see
/// each. Nobody gives what they do not hold. Nobody can lock everybody out: the role `admin` also
/// comes with tokens, which are not ours to revoke.
@NullMarked
package io.penstock.governance.access;

import org.jspecify.annotations.NullMarked;
