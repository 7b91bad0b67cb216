/** What the kernel takes orders through; to root they are open by file mode alone, whatever its capabilities. */
export const KERNEL_ORDERS = ['/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus'];
