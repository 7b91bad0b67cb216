// An opencode plugin that adds a line to what the model is told: it is on the wire when the plugin was loaded.
export const Words = async () => ({
  'experimental.chat.system.transform': async (_input, output) => {
    output.system.push('The word of the plugin is OPENCODE-PLUGIN-MARK.');
  },
});
