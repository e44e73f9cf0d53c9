/// The delivery line of an address as USPS Publication 28 writes it: `123 S Main St Apt 4B`.
struct StreetLine: Hashable {
    /// House number, street and unit; or a post office box.
    let line: String
    /// What of the second line names no unit.
    let remark: String
    /// Whether the post can tell where on which street, or which box.
    let isComplete: Bool
    /// Whether the building has several units and none is named.
    let lacksUnit: Bool

    init(_ first: String, _ second: String) {
        let words = Spelling.words(first)
        if let box = Self.postOfficeBox(words) ?? Self.routeBox(words) {
            self.init(line: box, remark: Spelling.titleCase(second), isComplete: true, lacksUnit: false)
            return
        }
        var units = Units()
        let street = units.take(from: words)
        let rest = Spelling.words(second)
        // A bare `4B` on the second line can only be a unit; anything longer is looked through for one.
        let remark =
            rest.count == 1 && rest[0].contains(where: \.isNumber)
            ? units.add("#", rest[0]) : units.take(from: rest)
        // `12 Tower Rd` is a street, `12 Main St, Park Towers` a house.
        let hints = [street.last, remark.last].contains {
            $0.map(Spelling.key).map(Self.multiUnitWords.contains) == true
        }
        self.init(
            line: (Self.standardized(street) + units.words).joined(separator: " "),
            remark: remark.map(Spelling.titleCase(word:)).joined(separator: " "),
            isComplete: Self.isComplete(street),
            lacksUnit: units.lacksNumber || (hints && units.words.isEmpty))
    }

    private init(line: String, remark: String, isComplete: Bool, lacksUnit: Bool) {
        self.line = line
        self.remark = remark
        self.isComplete = isComplete
        self.lacksUnit = lacksUnit
    }

    /// Words that only names of houses with many doors have.
    private static let multiUnitWords: Set<String> = [
        "APARTMENTS", "APTS", "CONDO", "CONDOS", "CONDOMINIUM", "CONDOMINIUMS", "COMPLEX", "DORM", "DORMITORY",
        "LOFTS", "RESIDENCES", "SUITES", "TOWER", "TOWERS",
    ]

    /// `PO Box 12` for every way to write one.
    private static func postOfficeBox(_ words: [String]) -> String? {
        let keys = words.map(Spelling.key)
        for opening in [["PO", "BOX"], ["P", "O", "BOX"], ["POST", "OFFICE", "BOX"], ["POB"], ["POBOX"]]
        where keys.starts(with: opening) && keys.count > opening.count {
            return "PO Box " + keys.dropFirst(opening.count).filter { $0 != "#" }.joined(separator: " ")
        }
        return nil
    }

    /// `RR 2 Box 152` for the boxes of rural routes, highway contract routes and military post offices.
    private static func routeBox(_ words: [String]) -> String? {
        var words = words
        if words.map(Spelling.key).starts(with: ["RURAL", "ROUTE"]) { words.replaceSubrange(0..<2, with: ["RR"]) }
        let keys = words.map(Spelling.key)
        guard keys.count >= 4, ["RR", "HC", "PSC", "CMR", "UNIT"].contains(keys[0]), keys.contains("BOX"),
            keys[1].contains(where: \.isNumber)
        else { return nil }
        return ([keys[0]] + words.dropFirst().map(Spelling.titleCase(word:))).joined(separator: " ")
    }

    /// Whether there is a house number and a name.
    private static func isComplete(_ street: [String]) -> Bool {
        guard street.count >= 2 else { return false }
        return street[0].contains(where: \.isNumber) || numerals.contains(Spelling.key(street[0]))
    }

    private static let numerals: Set<String> = [
        "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN",
    ]

    /// Abbreviates the suffix and the directionals around the name, which itself stays as it is.
    private static func standardized(_ street: [String]) -> [String] {
        var words = street.map(Spelling.titleCase(word:))
        guard words.count >= 3 else { return words }
        // What remains of the name may not be abbreviated: in `12 North Ave` the name is North.
        var name = 1..<words.count
        if let (count, direction) = Directional.leading(words[name]), name.count > count + (hasSuffix(words) ? 1 : 0) {
            words.replaceSubrange(1..<(1 + count), with: [direction])
            name = 2..<words.count
        }
        if let (count, direction) = Directional.trailing(words[name]), name.count > count {
            words.replaceSubrange((words.count - count)..., with: [direction])
            name = name.lowerBound..<(words.count - 1)
        }
        if name.count >= 2, let suffix = StreetSuffix.abbreviation(of: words[name.upperBound - 1]) {
            words[name.upperBound - 1] = suffix
        }
        return words
    }

    private static func hasSuffix(_ words: [String]) -> Bool {
        words.last.flatMap(StreetSuffix.abbreviation(of:)) != nil
    }
}
