/// Webhooks: who is told of changes, and telling them until they have heard.
///
/// [WebhookEvents] writes what happened in the transaction of the change. [DeliveryQueue] hands out
/// the first undelivered event of each webhook and entity under a lease, [Deliveries] sends it, and
/// [DeliveryPlan], which touches nothing, decides what follows from the answer. A process that dies
/// leaves a lease that runs out: what it had sent without noting so is sent once more.
@NullMarked
package io.penstock.registry.webhook;

import org.jspecify.annotations.NullMarked;
