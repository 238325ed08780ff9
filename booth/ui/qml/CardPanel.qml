// The card request: consent, access number or the zone of a passport, laying it down, reading, and what to do when it went wrong.
import QtQuick
import QtQuick.Layouts

FocusScope {
    readonly property var steps: ({consent: "CardConsent.qml", number: "CardNumber.qml", zone: "CardZone.qml", typing: "CardTyping.qml", insert: "CardInsert.qml",
                                   reading: "CardReading.qml", fault: "CardFault.qml"})
    Loader {
        anchors.fill: parent
        source: steps[view.card.step] || ""
        onLoaded: item.forceActiveFocus()
    }
}
