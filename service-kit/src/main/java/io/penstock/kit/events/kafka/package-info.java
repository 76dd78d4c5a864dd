/// The event log in Kafka, for those who run one anyway or have outgrown a table.
@NullMarked
package io.penstock.kit.events.kafka;

import org.jspecify.annotations.NullMarked;
