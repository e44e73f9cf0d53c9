import Schema
import Testing

@testable import Enrichment

@Suite struct AddressVerdictTests {
    private func address(
        _ street: String, _ second: String? = nil, city: String = "Los Angeles", state: String = "CA",
        zip: String = "90012", country: String = "US"
    ) -> PostalAddress {
        PostalAddress(
            address1: street, address2: second, city: city, state: state, postalCode: zip, country: country)
    }

    @Test(
        arguments: [
            ("123 South Main Street", "Apt. 4b", "123 S Main St Apt 4B", ""),
            ("123 S Main St Apt 4B", nil, "123 S Main St Apt 4B", ""),
            ("123 MAIN ST.", "4B", "123 Main St # 4B", ""),
            ("123 main st #4b", nil, "123 Main St # 4B", ""),
            ("123 Main St Apt #4", nil, "123 Main St Apt 4", ""),
            ("12 North Ave", nil, "12 North Ave", ""),
            ("12 N North Avenue", nil, "12 N North Ave", ""),
            ("12 Main Street North West", nil, "12 Main St NW", ""),
            ("12 Avenue N", nil, "12 Avenue N", ""),
            ("12 Main Avenue Drive", nil, "12 Main Avenue Dr", ""),
            ("500 fifth avenue", "5th Floor", "500 Fifth Ave Fl 5", ""),
            ("12 42ND STREET", "suite 300", "12 42nd St Ste 300", ""),
            ("12 O'BRIEN LANE", "Acme Inc.", "12 O'Brien Ln", "Acme Inc"),
            ("12 McAllen Blvd", "rear", "12 McAllen Blvd Rear", ""),
            ("12 Front Street", nil, "12 Front St", ""),
            ("1600 Pennsylvania Avenue Northwest", nil, "1600 Pennsylvania Ave NW", ""),
            ("1 Park Pl Building 2 Unit 7", nil, "1 Park Pl Bldg 2 Unit 7", ""),
            ("Apt 4, 123 Main Street", nil, "123 Main St Apt 4", ""),
            ("P.O. Box 12", nil, "PO Box 12", ""),
            ("post office box #12", nil, "PO Box 12", ""),
            ("Rural Route 2 box 152", nil, "RR 2 Box 152", ""),
            ("unit 2050 box 4190", nil, "UNIT 2050 Box 4190", ""),
            ("123 Broadway", nil, "123 Broadway", ""),
            ("One World Trade Center", "Suite 8500", "One World Trade Ctr Ste 8500", ""),
        ] as [(String, String?, String, String)])
    func writesStreetsAsThePostDoes(_ first: String, _ second: String?, _ street1: String, _ street2: String) {
        let verdict = AddressVerdict(of: address(first, second))
        #expect(verdict.standardized.street1 == street1)
        #expect(verdict.standardized.street2 == street2)
        #expect(verdict.message == "Address validated successfully")
        #expect(verdict.actionRequired == .none)
    }

    @Test(
        arguments: [
            ("123 Main St Apt", nil), ("123 Main St", "Apartment"), ("123 Main St", "Sunset Towers"),
            ("123 Main St Building 7", nil), ("123 Oakwood Apartments", nil),
        ] as [(String, String?)])
    func missesTheDoorOfAHouseWithMany(_ first: String, _ second: String?) {
        let verdict = AddressVerdict(of: address(first, second))
        #expect(verdict.actionRequired == .apartmentNumber)
        #expect(verdict.message == "Apartment or suite number may be missing")
    }

    @Test(arguments: ["12 Tower Road", "12 Complex Dr", "123 Main St Building 7 Apt 2"])
    func missesNoDoorElsewhere(_ street: String) {
        #expect(AddressVerdict(of: address(street)).actionRequired == .none)
    }

    @Test func tellsWhetherItChangedAnything() {
        let before = address("12 main street", city: "LOS ANGELES", state: "california", zip: " 90012-3701")
        let verdict = AddressVerdict(of: before)
        #expect(verdict.actionAvailable == .standardization)
        #expect(
            verdict.standardized
                == StandardizedAddress(
                    street1: "12 Main St", street2: "", city: "Los Angeles", state: "CA", postalCode: "90012",
                    plus4: "3701"))
        #expect(AddressVerdict(of: address("12 Main St")).actionAvailable == .none)
        #expect(AddressVerdict(of: address("12 Main St", zip: "90012-3701")).actionAvailable == .none)
        #expect(AddressVerdict(of: address("12 Main St")).standardized.plus4.isEmpty)
    }

    @Test(arguments: [
        ("Main Street", "CA", "90012", "Invalid address"), ("", "CA", "90012", "Invalid address"),
        ("12", "CA", "90012", "Invalid address"), ("12 Main St", "XX", "90012", "Invalid address"),
        ("12 Main St", "CA", "9001", "Invalid address"), ("12 Main St", "CA", "٩٠٠١٢", "Invalid address"),
        ("12 Main St", "NY", "90012", "Address validation failed"),
        ("12 Main St", "CA", "10001", "Address validation failed"),
    ])
    func refusesWhatCannotBe(_ street: String, _ state: String, _ zip: String, _ message: String) {
        let verdict = AddressVerdict(of: address(street, state: state, zip: zip))
        #expect(verdict.message == message)
        #expect(verdict.actionRequired == .update)
    }

    @Test(arguments: [
        ("New York", "10001"), ("ny", "00501"), ("N. Carolina", "27601"), ("D.C.", "20500"), ("PR", "00901"),
        ("AE", "09012"), ("Texas", "73301"), ("WY", "83414"), ("Alaska", "99501"), ("MA", "02108"),
    ])
    func knowsWhichStateACodeIsIn(_ state: String, _ zip: String) {
        #expect(AddressVerdict(of: address("12 Main St", state: state, zip: zip)).actionRequired == .none)
    }

    @Test func judgesNoAddressElsewhere() {
        let verdict = AddressVerdict(
            of: address("1  rue de Rivoli", city: "Paris", state: "IDF", zip: "75001", country: "FR"))
        #expect(verdict.standardized.street1 == "1 rue de Rivoli")
        #expect(verdict.actionRequired == .none)
        #expect(verdict.actionAvailable == .none)
        #expect(AddressVerdict(of: nil).actionRequired == .update)
    }

    @Test(arguments: ["#", "# #", "Apt", "Apt Apt", "Fl", ",", ".", "PO Box", "RR Box", "12 N", "12 N S", "é 5️⃣", "N E"])
    func survivesAnything(_ street: String) {
        #expect(!AddressVerdict(of: address(street, street)).message.isEmpty)
    }
}
