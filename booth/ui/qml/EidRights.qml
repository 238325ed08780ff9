import QtQuick
import QtQuick.Layouts

FocusScope {
    id: rights
    readonly property var known: ["Address", "AddressVerification", "AgeVerification", "ArtisticName", "BirthName",
                                  "CommunityID", "DateOfBirth", "DoctoralDegree", "DocumentType", "FamilyName",
                                  "GivenNames", "IssuingCountry", "Nationality", "PlaceOfBirth", "Pseudonym",
                                  "ResidencePermitI", "ResidencePermitII", "ValidUntil"]
    readonly property var required: view.eid.rights.filter(right => !right.optional)
    readonly property var optional: view.eid.rights.filter(right => right.optional)

    function told(name) {
        return known.includes(name) ? Say.word("eid-right-" + name) : Say.word("eid-right-other", {right: name})
    }
    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gap
        Page {
            Layout.fillWidth: true
            Layout.fillHeight: true
            padding: Theme.gapSmall
            maxWidth: width
            spacing: Theme.gap
            Title { width: parent.width; text: Say.word("eid-rights-title"); font.pixelSize: Theme.panelTitleSize }
            Label { width: parent.width; strong: true; text: Say.word("eid-rights-asks", {name: view.eid.asks || "…"}) }
            Label { width: parent.width; visible: view.eid.purpose !== ""; text: Say.word("eid-rights-purpose", {purpose: view.eid.purpose}) }
            Label { width: parent.width; text: Say.word("eid-rights-required") }
            Column {
                width: parent.width
                spacing: Theme.gapSmall
                Repeater {
                    model: rights.required
                    delegate: RowLayout {
                        required property var modelData
                        width: parent.width
                        spacing: Theme.gap
                        Icon { name: "check"; color: Theme.success; Layout.alignment: Qt.AlignTop }
                        Label { Layout.fillWidth: true; strong: true; text: rights.told(modelData.name) }
                    }
                }
            }
            Label { width: parent.width; visible: rights.optional.length > 0; text: Say.word("eid-rights-optional") }
            Repeater {
                model: rights.optional
                delegate: EidChoice {
                    required property var modelData
                    objectName: "eid-right-" + modelData.name
                    width: parent.width
                    checked: modelData.granted
                    text: rights.told(modelData.name)
                    onClicked: booth.grantEid(modelData.name, !modelData.granted)
                }
            }
            Label { width: parent.width; text: Say.word("eid-rights-way") }
        }
        GridLayout {
            Layout.fillWidth: true
            columns: Theme.portrait && Theme.largeText ? 1 : 2
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap
            ActionButton {
                objectName: "eid-agree"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                focus: true
                enabled: view.eid.asks !== ""
                iconName: "check"
                text: Say.word("eid-agree")
                onClicked: booth.agreeEid()
            }
            ActionButton {
                objectName: "eid-decline"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                kind: "secondary"
                text: Say.word("eid-decline")
                onClicked: booth.declineEid()
            }
        }
    }
}
