/// Rows come in: good ones into history and online table in one transaction, bad ones into the
/// quarantine beside them.
@NullMarked
package io.penstock.feature.ingestion;

import org.jspecify.annotations.NullMarked;
