import Schema

typealias WebhookEndpointID = ID<Schema.WebhookEndpoint>
typealias WebhookDeliveryID = ID<Schema.WebhookDelivery>
typealias WebhookEventID = ID<EventID>
typealias WebhookReplayID = ID<WebhookReplaySubject>
typealias WebhookKeyID = ID<WebhookKeySubject>
typealias ErrorReportFileID = ID<ErrorReportFileSubject>

/// A key pair that webhooks are signed with.
enum WebhookKeySubject: Identified {
    static var idPrefix: String { "whk" }
}
