/// An event of a campaign; its subject is the campaign.
public protocol CampaignEvent: DescribedEvent {
    /// The campaign as it is now.
    var campaign: CampaignSnapshot { get set }
    /// Makes the event.
    init(campaign: CampaignSnapshot)
}

extension CampaignEvent {
    public static var version: Int { 2 }
    public static var topic: Topic { .catalogEvents }

    public static var schema: JSONSchema {
        .object([.required(CampaignEventKeys.campaign, CampaignSnapshot.self, "The campaign as it is now.")])
    }
}

private enum CampaignEventKeys: String, CodingKey { case campaign }

/// A campaign was published for the first time.
public struct CampaignPublished: CampaignEvent {
    public static let name = "campaign_published"
    public static let summary = "A campaign was published for the first time."

    /// The campaign as it is now.
    public var campaign: CampaignSnapshot

    /// Makes the event.
    public init(campaign: CampaignSnapshot) { self.campaign = campaign }

    public static var example: CampaignPublished {
        CampaignPublished(campaign: .example)
    }
}

/// A campaign or one of its products changed.
public struct CampaignUpdated: CampaignEvent {
    public static let name = "campaign_updated"
    public static let summary = "A campaign or one of its products changed."

    /// The campaign as it is now.
    public var campaign: CampaignSnapshot

    /// Makes the event.
    public init(campaign: CampaignSnapshot) { self.campaign = campaign }

    public static var example: CampaignUpdated {
        var campaign = CampaignSnapshot.example
        campaign.isActive = false
        return CampaignUpdated(campaign: campaign)
    }
}
