package io.fanfold.webhook;

/** What has become of a delivery. */
enum DeliveryState {
  PENDING,
  DELIVERED,
  GIVEN_UP,
  CANCELED
}
