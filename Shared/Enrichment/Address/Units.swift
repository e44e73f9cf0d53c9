/// The secondary units of an address, such as `Apt 4B` (USPS Publication 28, appendix C2).
struct Units {
    /// Designators and numbers as they are written.
    private(set) var words: [String] = []
    /// Whether a designator that needs a number has none.
    private(set) var lacksNumber = false

    /// Takes all units out of a line.
    ///
    /// - Returns: The other words.
    mutating func take(from line: [String]) -> [String] {
        var others: [String] = []
        var index = line.startIndex
        while index < line.endIndex {
            let word = line[index]
            let next = index + 1 < line.endIndex ? line[index + 1] : nil
            index += 1
            let key = Spelling.key(word)
            if let designator = Self.numbered[key] {
                // `Apt # 4` is `Apt 4`.
                let number = next == "#" && index + 1 < line.endIndex ? line[index + 1] : next
                if let number, Self.isNumber(number) {
                    index += next == "#" ? 2 : 1
                    add(designator, number)
                } else if next == nil, designator == "Fl", let number = others.last, Spelling.isOrdinal(number) {
                    // `2nd Floor`
                    others.removeLast()
                    add(designator, String(number.prefix(while: \.isNumber)))
                } else if next == nil, !others.isEmpty || line.count == 1 {
                    words.append(designator)
                    lacksNumber = true
                } else {
                    others.append(word)
                }
            } else if let designator = Self.unnumbered[key], next == nil, !others.isEmpty || line.count == 1 {
                words.append(designator)
            } else {
                others.append(word)
            }
        }
        return others
    }

    /// Adds one unit.
    ///
    /// - Returns: No word: all went into the unit.
    @discardableResult
    mutating func add(_ designator: String, _ number: String) -> [String] {
        // A building alone is not yet somebody's door.
        lacksNumber = designator == "Bldg" && words.isEmpty
        words += [designator, number.uppercased()]
        return []
    }

    /// A number, a letter or both: `4B`, `12-3`, `C`.
    private static func isNumber(_ word: String) -> Bool {
        word.contains(where: \.isNumber) || (word.count == 1 && word.first?.isLetter == true)
    }

    private static let numbered = [
        "#": "#", "NO": "#", "APARTMENT": "Apt", "APT": "Apt", "BUILDING": "Bldg", "BLDG": "Bldg",
        "DEPARTMENT": "Dept", "DEPT": "Dept", "FLOOR": "Fl", "FL": "Fl", "HANGAR": "Hngr", "HNGR": "Hngr",
        "KEY": "Key", "LOT": "Lot", "PIER": "Pier", "ROOM": "Rm", "RM": "Rm", "SLIP": "Slip", "SPACE": "Spc",
        "SPC": "Spc", "STOP": "Stop", "SUITE": "Ste", "STE": "Ste", "TRAILER": "Trlr", "TRLR": "Trlr",
        "UNIT": "Unit",
    ]

    private static let unnumbered = [
        "BASEMENT": "Bsmt", "BSMT": "Bsmt", "FRONT": "Frnt", "FRNT": "Frnt", "LOBBY": "Lbby", "LBBY": "Lbby",
        "LOWER": "Lowr", "LOWR": "Lowr", "OFFICE": "Ofc", "OFC": "Ofc", "PENTHOUSE": "Ph", "PH": "Ph",
        "REAR": "Rear", "SIDE": "Side", "UPPER": "Uppr", "UPPR": "Uppr",
    ]
}
