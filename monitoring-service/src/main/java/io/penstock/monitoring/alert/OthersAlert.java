package io.penstock.monitoring.alert;

import java.util.UUID;

/// An alert that another service raised.
///
/// @param model id of the model that it is about; empty where it is about none
/// @param event the alert as it came, an encoded `AlertEvent`
record OthersAlert(UUID id, String model, byte[] event) {}
