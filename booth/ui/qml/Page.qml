// A screen's content: in the middle while it fits, scrolled by finger or arrow keys when it does not.
import QtQuick

Flickable {
    id: page
    default property alias content: column.data
    property real maxWidth: 1180 * Theme.unit
    property real spacing: Theme.gapLarge
    property real padding: Theme.gapLarge
    readonly property bool scrolls: contentHeight > height + 1

    contentWidth: width
    contentHeight: column.implicitHeight + 2 * padding
    boundsBehavior: Flickable.StopAtBounds
    interactive: scrolls
    clip: true

    function reveal(item) {
        if (!item || !scrolls)
            return
        const top = item.mapToItem(page.contentItem, 0, 0).y - Theme.gap
        const bottom = top + item.height + 2 * Theme.gap
        if (top < contentY)
            contentY = Math.max(0, top)
        else if (bottom > contentY + height)
            contentY = Math.min(contentHeight - height, bottom - height)
    }

    Column {
        id: column
        width: Math.min(page.width - 2 * page.padding, page.maxWidth)
        x: (page.width - width) / 2
        y: Math.max(page.padding, (page.height - implicitHeight) / 2.4)
        spacing: page.spacing
    }
    Rectangle {
        parent: page
        visible: page.scrolls
        anchors.right: parent.right
        width: Theme.gapSmall / 2
        radius: width / 2
        color: Theme.border
        y: page.height * page.visibleArea.yPosition
        height: page.height * page.visibleArea.heightRatio
        Accessible.ignored: true
    }
    Connections {
        target: page.Window.window
        function onActiveFocusItemChanged() {
            const item = page.Window.activeFocusItem
            for (let up = item; up; up = up.parent)
                if (up === column) {
                    page.reveal(item)
                    break
                }
        }
    }
}
