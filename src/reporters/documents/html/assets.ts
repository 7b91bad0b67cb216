/** The page's own style and script with the player's in them, as the build made them. */
export interface PageAssets {
  css: string;
  script: string;
}
