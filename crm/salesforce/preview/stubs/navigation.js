/** Navigation that goes nowhere: the preview has one page. */
const Navigate = Symbol('navigate');

export const NavigationMixin = (Element) =>
    class extends Element {
        [Navigate]() {}
    };
NavigationMixin.Navigate = Navigate;
