import Enrichment
import Schema

/// Checks buyers' details with the services that their account has enabled.
struct AccountEnricher: CustomerEnriching {
    let settings: AccountSettingsStore
    let enricher: Enricher

    func enrichment(of person: CheckoutPerson, for account: AccountID) async throws -> JSONValue? {
        let services = try await settings.settings(of: account).enrichmentServices
        return try enricher.response(for: person, services: services).map { try JSONValue(parsing: JSON.encode($0)) }
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
