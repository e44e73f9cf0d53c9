import Enrichment
import Schema

/// Checks buyers' details with the services that their account has enabled.
struct AccountEnricher: CustomerEnriching {
    let settings: AccountSettingsStore
    let enricher: Enricher

    func judge(for account: AccountID) async throws -> @Sendable (CheckoutPerson) throws -> JSONValue? {
        let services = try await settings.recentSettings(of: account).enrichmentServices
        return { person in
            try enricher.response(for: person, services: services).map { try JSONValue(parsing: JSON.encode($0)) }
        }
    }
}

extension AccountSettings {
    fileprivate var enrichmentServices: EnrichmentServices {
        var services: EnrichmentServices = []
        if enrichEmail { services.insert(.email) }
        if enrichPhone { services.insert(.phone) }
        if enrichAddress { services.insert(.address) }
        return services
    }
}
