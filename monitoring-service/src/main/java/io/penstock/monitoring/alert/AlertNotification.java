package io.penstock.monitoring.alert;

import java.time.Instant;
import java.util.UUID;

/// Something that was told once: an alert began or ceased to fire.
///
/// @param since when the alert began to fire; for one that fires, the time of the notification
record AlertNotification(
    UUID id, String model, String version, AlertReading reading, Instant time, Instant since) {}
