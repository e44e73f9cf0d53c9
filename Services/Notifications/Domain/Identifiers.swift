import Schema

typealias WebhookEndpointID = ID<Schema.WebhookEndpoint>
typealias WebhookDeliveryID = ID<Schema.WebhookDelivery>
typealias WebhookEventID = ID<EventID>
